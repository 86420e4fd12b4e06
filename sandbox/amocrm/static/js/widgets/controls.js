/* System controls as Twig templates (/tmpl/controls/NAME.twig). */
define([], function () {
  var COMMON = '{% if id %} id="{{ id }}"{% endif %}{% if name %} name="{{ name }}"{% endif %}{% if disabled %} disabled{% endif %}';
  function button(kind) {
    return '<button type="button" class="' + kind + ' {{ class_name }}{% if blue %} button-input_blue{% endif %}{% if disabled %} button-input-disabled{% endif %}"' +
      COMMON + ' tabindex=""><span class="button-input-inner"><span class="button-input-inner__text">{{ text }}</span></span></button>';
  }
  return {
    input: '<input class="text-input {{ class_name }}" type="{{ type|default("text") }}" value="{{ value }}" placeholder="{{ placeholder }}"' + COMMON + '>',
    textarea: '<textarea class="text-input text-input-textarea {{ class_name }}" placeholder="{{ placeholder }}"' + COMMON + '>{{ value }}</textarea>',
    button: button('button-input'),
    cancel_button: button('button-cancel'),
    delete_button: button('button-delete'),
    checkbox: '<label class="control-checkbox {{ class_name }}{% if checked %} is-checked{% endif %}"><div class="control-checkbox__body">' +
      '<input type="checkbox" value="{{ value }}"{% if checked %} checked{% endif %}' + COMMON + '><span class="control-checkbox__helper"></span></div>' +
      '{% if text %}<div class="control-checkbox__text">{{ text }}</div>{% endif %}</label>',
    radio: '{% for item in items %}<label class="control-radio {{ class_name }}"><input type="radio" name="{{ name }}" value="{{ item.id }}"' +
      '{% if item.id == selected %} checked{% endif %}><span>{{ item.option }}</span></label>{% endfor %}',
    select: '<div class="control--select {{ class_name }}"><select class="control--select--native"' + COMMON + '>{% for item in items %}' +
      '<option value="{{ item.id }}"{% if item.id == selected %} selected{% endif %}>{{ item.option }}</option>{% endfor %}</select></div>',
    multiselect: '<select multiple class="control--select--native {{ class_name }}"' + COMMON + '>{% for item in items %}<option value="{{ item.id }}">{{ item.option }}</option>{% endfor %}</select>',
    checkboxes_dropdown: '<div class="checkboxes_dropdown {{ class_name }}">{% for item in items %}<label class="control-checkbox"><div class="control-checkbox__body">' +
      '<input type="checkbox" name="{{ name }}" value="{{ item.id }}"{% if item.is_checked %} checked{% endif %}><span class="control-checkbox__helper"></span></div>' +
      '<div class="control-checkbox__text">{{ item.option }}</div></label>{% endfor %}</div>',
    suggest: '<input class="text-input control--suggest--input {{ class_name }}" value="{{ value }}" placeholder="{{ placeholder }}" autocomplete="off"' + COMMON + '>',
    date_field: '<input type="date" class="text-input date_field {{ class_name }}" value="{{ value }}"' + COMMON + '>',
    file: '<input type="file" class="{{ class_name }}"' + COMMON + '>',
    switcher: '<label class="switcher {{ class_name }}"><input type="checkbox"{% if checked %} checked{% endif %}' + COMMON + '><span class="switcher__helper"></span></label>'
  };
});
