/** The steps of an order while it is being placed. */
import { h } from 'preact';
import { placingSteps } from '../core/orders.js';

export function Placing({ ctx }) {
  const { panel, t } = ctx;
  return (
    <div class="sg-row" role="status">
      <ol class="sg-steps">
        {placingSteps(panel.order).map(({ step, state }) => (
          <li key={step} class={`sg-step sg-step_${state}`} aria-current={state === 'current' ? 'step' : undefined}>{t(`placing.${step}`)}</li>
        ))}
      </ol>
      <p class="sg-help">{t('placing.wait')}</p>
    </div>
  );
}
