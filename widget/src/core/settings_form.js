/** The settings page's form: pure changes of the account's rules, and what is wrong with what was typed. */

import { typed } from './decimal.js';

export const LIMITS = { horizon_days: [0, 365], approval_hours: [1, 720] };

/** The list with `value` put in or taken out. */
export function toggled(list, value, on) {
  const rest = list.filter((one) => one !== value);
  return on ? rest.concat([value]) : rest;
}

export function wholeNumber(text, [least, most]) {
  const plain = String(text).trim();
  if (!/^\d{1,4}$/.test(plain)) return null;
  const number = Number(plain);
  return number >= least && number <= most ? number : null;
}

/** What people type: numbers and limits as text until saved. */
export function formOf(rules) {
  const limits = {};
  rules.supervisors.forEach((one) => { limits[one.user_id] = one.limit === null ? '' : one.limit.replace(/\.0+$/, ''); });
  return {
    ...rules,
    horizon_days: String(rules.horizon_days),
    approval_hours: String(rules.approval_hours),
    supervisors: rules.supervisors.map((one) => one.user_id),
    limits,
  };
}

/** {rules, errors}: rules for the API, or errors by field where something typed makes no sense. */
export function rulesOf(form) {
  const errors = {};
  const { limits, ...rules } = form;
  Object.entries(LIMITS).forEach(([name, range]) => {
    rules[name] = wholeNumber(form[name], range);
    if (rules[name] === null) errors[name] = range;
  });
  rules.supervisors = form.supervisors.map((id) => {
    const text = (limits[id] || '').trim();
    const limit = text ? typed(text) : null;
    if (text && (!limit || /\.\d{3,}$/.test(limit))) errors[`limit:${id}`] = true;
    return { user_id: id, limit };
  });
  if (rules.default_warehouse_id && rules.warehouse_ids.length && !rules.warehouse_ids.includes(rules.default_warehouse_id)) {
    rules.default_warehouse_id = rules.warehouse_ids[0];
  }
  return { rules, errors };
}

/** Values of the connection form for the API: an untouched secret is left out, the saved one stays. */
export function connectionValues(fields, values, secretsSet) {
  const body = {};
  const missing = [];
  fields.forEach((field) => {
    const value = (values[field.name] || '').trim();
    if (value) body[field.name] = value;
    else if (field.required && !(field.secret && secretsSet.includes(field.name))) missing.push(field.name);
  });
  return { body, missing };
}

export function stageKey(pipelineId, stageId) {
  return `${pipelineId}:${stageId}`;
}

export function toggledStage(stages, pipelineId, stageId, on) {
  const rest = stages.filter((one) => stageKey(one.pipeline_id, one.stage_id) !== stageKey(pipelineId, stageId));
  return on ? rest.concat([{ pipeline_id: pipelineId, stage_id: stageId }]) : rest;
}
