import { h } from 'preact';
import { readable } from '../core/words.js';

/** Ways out of a shortage; one click applies one, and the strip below takes it back. */
export function Remedies({ ctx }) {
  const { panel, deal, t, f, session } = ctx;
  if (!panel.remedies.length || !panel.viewer.can_order) return null;
  const names = new Map(panel.lines.map((line) => [line.line_id, line.name]));
  const several = panel.lines.length > 1;
  return (
    <div class="sg-row">
      <p class="sg-caption">{t('remedies.title')}</p>
      {panel.remedies.map((remedy, index) => {
        const known = t.has(`remedies.${remedy.kind}`) ? remedy.kind : 'unknown';
        const first = index === 0 || panel.remedies[index - 1].line_id !== remedy.line_id;
        return (
          <div key={remedy.id}>
            {several && first && <p class="sg-muted sg-remedy-for">{t('remedies.for_line', { name: names.get(remedy.line_id) })}</p>}
            <button
              type="button"
              class="sg-remedy"
              disabled={Boolean(deal.busy)}
              onClick={() => session.act(`remedy:${remedy.id}`, (api) => api.applyRemedy(remedy.id))}
            >
              <span>{t(`remedies.${known}`, readable(remedy.params, f, panel.deal.currency))}</span>
              {remedy.date && <span class="sg-nowrap">{f.date(remedy.date)}</span>}
            </button>
          </div>
        );
      })}
    </div>
  );
}
