import { h } from 'preact';
export function SettingsPage() { return <p>…</p>; }
