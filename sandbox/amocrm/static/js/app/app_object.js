/* The APP object widgets see (AMOCRM is its old name). */
define(['backbone', 'app/boot', 'app/notifications'], function (Backbone, boot, notifications) {
  var constants = {
    user: boot.user, user_rights: boot.user_rights, account: boot.account,
    managers: boot.managers, groups: boot.groups, task_types: boot.task_types
  };
  var calling = false;
  var versions = {};
  boot.widgets.forEach(function (widget) { versions[widget.code] = widget.version; });

  var APP = {
    lang_id: boot.lang,
    element_types: { contacts: 1, leads: 2, companies: 3, customers: 12 },
    cf_types: { text: 1, numeric: 2, checkbox: 3, select: 4, multiselect: 5, date: 6, url: 7, textarea: 9, legal_entity: 15 },
    system: { format: { date: { date: 'DD.MM.YYYY', full: 'DD.MM.YYYY HH:mm', time: 'HH:mm' } } },
    data: { current_card: false, current_list: new Backbone.Collection(), current_view: { $el: null }, current_entity: '', is_card: false },
    notifications: notifications,
    widgets: { system: { area: '' }, list: {}, versions: versions, legal_handlers: [] },
    sdk: {
      showUserStatus: function () { return true; },
      setCallingStatus: function (state) { calling = Boolean(state); },
      getCallingStatus: function () { return calling; }
    },
    constant: function (key) { return constants[key]; },
    getBaseEntity: function () { return APP.data.current_entity; },
    isCard: function () { return APP.data.is_card; },
    getWidgetsArea: function () { return APP.data.widgets_area; },
    getV3WidgetsArea: function () { return APP.data.widgets_area; }
  };

  APP.enter = function (area, short, entity, isCard) {
    APP.data.widgets_area = area;
    APP.widgets.system.area = short;
    APP.data.current_entity = entity;
    APP.data.is_card = isCard;
    if (!isCard) { APP.data.current_card = false; }
  };
  return APP;
});
