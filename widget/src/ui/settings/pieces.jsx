import { h } from 'preact';

export function Check({ checked, onChange, children }) {
  return (
    <label class="sg-check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  );
}

/** `quiet`: the heading above says the title already, it is kept for those who listen. */
export function Group({ title, help, quiet, children }) {
  return (
    <fieldset class="sg-group">
      <legend class={quiet ? 'sg-hidden' : undefined}>{title}</legend>
      {help && <p class="sg-help">{help}</p>}
      {children}
    </fieldset>
  );
}
