import { h } from 'preact';
import { stageKey, toggledStage } from '../../core/settings_form.js';
import { Check, Group } from './pieces.jsx';

/** Stages a deal may enter only with a passed check. */
export function Stages({ t, settings, form, change }) {
  const chosen = new Set(form.protected_stages.map((one) => stageKey(one.pipeline_id, one.stage_id)));
  return (
    <div class="sg-stack">
      <p class="sg-help">{t('cfg.stages.help')}</p>
      {settings.pipelines.map((pipeline) => (
        <Group key={pipeline.id} title={pipeline.name}>
          {pipeline.stages.map((stage) => (
            <Check
              key={stage.id}
              checked={chosen.has(stageKey(pipeline.id, stage.id))}
              onChange={(on) => change({ protected_stages: toggledStage(form.protected_stages, pipeline.id, stage.id, on) })}
            >
              <span class="sg-stage" style={{ background: stage.color }} aria-hidden="true" />{stage.name}
            </Check>
          ))}
        </Group>
      ))}
    </div>
  );
}
