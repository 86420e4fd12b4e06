/** Small pieces every screen is made of. */
import { Component, h } from 'preact';

export function Pill({ tone, children, title }) {
  return <span class={`sg-pill sg-pill_${tone}`} title={title}>{children}</span>;
}

export function Button({ kind = 'plain', busy, disabled, onClick, children, describedBy, type = 'button', ...rest }) {
  return (
    <button
      type={type}
      class={`sg-btn sg-btn_${kind}${busy ? ' sg-btn_busy' : ''}`}
      disabled={disabled || busy}
      aria-busy={busy ? 'true' : undefined}
      aria-describedby={describedBy}
      onClick={onClick}
      {...rest}
    >
      {children}
    </button>
  );
}

export function LinkButton({ onClick, children, ...rest }) {
  return <button type="button" class="sg-link" onClick={onClick} {...rest}>{children}</button>;
}

export function Callout({ tone, title, children, role }) {
  return (
    <div class={`sg-call sg-call_${tone}`} role={role}>
      {title && <strong class="sg-call__title">{title}</strong>}
      {children}
    </div>
  );
}

/** A bar of segments [{tone, share}]; its meaning is said in `label`. */
export function Bar({ segments, label }) {
  return (
    <div class="sg-bar" role="img" aria-label={label}>
      {segments.map((segment) => (
        <i key={segment.tone} class={`sg-bar__${segment.tone}`} style={{ width: `${Math.round(segment.share * 1000) / 10}%` }} />
      ))}
    </div>
  );
}

export function Field({ id, label, help, error, children }) {
  return (
    <div class="sg-field">
      <label class="sg-field__label" for={id}>{label}</label>
      {children}
      {help && <p class="sg-help" id={`${id}-help`}>{help}</p>}
      {error && <p class="sg-error" id={`${id}-error`} role="alert">{error}</p>}
    </div>
  );
}

export function Select({ id, value, options, onChange, disabled }) {
  return (
    <select id={id} class="sg-input" disabled={disabled} onChange={(event) => onChange(event.currentTarget.value)}>
      {options.map((option) => (
        <option key={option.value} value={option.value} selected={option.value === value}>{option.text}</option>
      ))}
    </select>
  );
}

/** «2 с назад», growing by itself. */
export class Age extends Component {
  componentDidMount() {
    this.tick();
  }

  componentWillUnmount() {
    this.props.clock.cancel(this.timer);
  }

  tick() {
    this.timer = this.props.clock.later(() => {
      this.setState({});
      this.tick();
    }, 1000);
  }

  render({ at, t, f }) {
    const { unit, count } = f.age(at);
    return <span class="sg-age__text">{t(`age.${unit}`, { count })}</span>;
  }
}

/** Text that may be too long for the column: cut after three lines, all of it at a click. */
export class Clamped extends Component {
  constructor() {
    super();
    this.state = { open: false, cut: false };
  }

  componentDidMount() {
    this.measure();
  }

  componentDidUpdate() {
    this.measure();
  }

  measure() {
    const cut = !this.state.open && this.node.scrollHeight > this.node.clientHeight + 1;
    if (cut !== this.state.cut && !this.state.open) this.setState({ cut });
  }

  render({ text, hint }, { open, cut }) {
    const shown = <span class={open ? '' : 'sg-clamp'} title={cut ? hint : undefined} ref={(node) => { this.node = node; }}>{text}</span>;
    return (
      <span class="sg-name">
        {cut && !open
          ? <button type="button" class="sg-name__more" aria-expanded="false" onClick={() => this.setState({ open: true })}>{shown}</button>
          : shown}
      </span>
    );
  }
}
