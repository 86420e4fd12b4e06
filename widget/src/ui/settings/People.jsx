import { h } from 'preact';
import { toggled } from '../../core/settings_form.js';
import { Callout } from '../parts.jsx';
import { Check, Group } from './pieces.jsx';

function Limit({ t, user, form, errors, change, currency }) {
  const name = `limit:${user.id}`;
  return (
    <span>
      <input
        class="sg-input sg-input_short"
        inputMode="decimal"
        aria-label={t('cfg.people.limit', { name: user.name, currency })}
        aria-invalid={errors[name] ? 'true' : undefined}
        placeholder={t('cfg.people.no_limit')}
        value={form.limits[user.id] || ''}
        onInput={(event) => change({ limits: { ...form.limits, [user.id]: event.currentTarget.value } })}
      />
      {errors[name] && <span class="sg-error" role="alert"> {t('cfg.people.bad_limit')}</span>}
    </span>
  );
}

/** Who may approve, and up to which sum. */
export function Supervisors({ t, settings, form, errors, change }) {
  const currency = (settings.connection && settings.connection.report && settings.connection.report.currency) || '';
  return (
    <div class="sg-stack">
      <Group quiet title={t('cfg.people.title').replace(/^\d+\.\s*/, '')} help={t('cfg.people.help')}>
        {settings.users.filter((user) => user.is_active).map((user) => {
          const chosen = form.supervisors.includes(user.id);
          return (
            <div class="sg-person" key={user.id}>
              <Check checked={chosen} onChange={(on) => change({ supervisors: toggled(form.supervisors, user.id, on) })}>
                {user.name}{user.is_admin && <span class="sg-muted"> · {t('cfg.people.admin')}</span>}
              </Check>
              {chosen && <Limit t={t} user={user} form={form} errors={errors} change={change} currency={currency} />}
            </div>
          );
        })}
      </Group>
      {form.supervisors.length === 0 && form.shortage === 'ask' && <Callout tone="warn">{t('cfg.people.none')}</Callout>}
    </div>
  );
}

export function Margin({ t, settings, form, change }) {
  return (
    <Group title={t('cfg.people.margin')}>
      {settings.users.filter((user) => user.is_active).map((user) => (
        <Check key={user.id} checked={form.margin_viewers.includes(user.id)} onChange={(on) => change({ margin_viewers: toggled(form.margin_viewers, user.id, on) })}>
          {user.name}
        </Check>
      ))}
    </Group>
  );
}
