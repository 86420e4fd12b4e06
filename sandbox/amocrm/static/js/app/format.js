/* Text made safe and readable. */
define(['app/boot', 'app/texts', 'moment'], function (boot, t, moment) {
  var locale = boot.lang === 'ru' ? 'ru-RU' : 'en-GB';
  var SIGNS = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

  function esc(text) {
    return String(text === null || text === undefined ? '' : text).replace(/[&<>"']/g, function (c) { return SIGNS[c]; });
  }

  function money(number) {
    var value = Number(number) || 0;
    var digits = value % 1 ? 2 : 0;
    return value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: 2 }) + ' ' + boot.account.currency_symbol;
  }

  function day(seconds) {
    var when = moment.unix(seconds);
    if (when.isSame(moment.unix(boot.now), 'day')) { return t('today'); }
    if (when.isSame(moment.unix(boot.now).subtract(1, 'day'), 'day')) { return t('yesterday'); }
    return when.format('DD.MM.YYYY');
  }

  function time(seconds) { return moment.unix(seconds).format('HH:mm'); }

  function initials(name) {
    return String(name || '?').split(' ').slice(0, 2).map(function (part) { return part.charAt(0); }).join('').toUpperCase();
  }

  function userName(id) {
    var user = boot.managers[String(id)];
    return user ? user.title : t('robot');
  }

  return { esc: esc, money: money, day: day, time: time, initials: initials, userName: userName };
});
