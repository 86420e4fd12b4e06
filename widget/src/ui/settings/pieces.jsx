import { h } from 'preact';

export function Check({ checked, onChange, children }) {
  return (
    <label class="sg-check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  );
}

export function Group({ title, help, children }) {
  return (
    <fieldset class="sg-group">
      <legend>{title}</legend>
      {help && <p class="sg-help">{help}</p>}
      {children}
    </fieldset>
  );
}
