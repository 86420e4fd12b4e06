/* The page's own words. */
define(['app/boot'], function (boot) {
  var RU = {
    desktop: 'Рабочий стол', leads: 'Сделки', tasks: 'Задачи', lists: 'Списки', market: 'amoМаркет', settings: 'Настройки',
    signed_in: 'Вы вошли как', theme: 'Тема', light: 'Светлая', dark: 'Тёмная', search: 'Поиск',
    lead: 'Сделка', stage: 'Этап', budget: 'Бюджет', responsible: 'Отв.', contact: 'Контакт', company: 'Компания', amount_of: 'сделок',
    main: 'Основное', products: 'Товары', save: 'Сохранить', cancel: 'Отменить', lose: 'Закрыть и не реализовать',
    phone: 'Телефон', email: 'Email', position: 'Должность', note: 'Примечание', task: 'Задача', add: 'Добавить', note_hint: 'Введите текст примечания',
    task_hint: 'Что нужно сделать', complete: 'Выполнить', result_hint: 'Результат', done: 'Выполнено', today: 'Сегодня', yesterday: 'Вчера',
    no_products: 'Товаров пока нет. Найдите товар в списке и добавьте его в сделку.', find_product: 'Найти в списке: название или артикул',
    product: 'Товар', sku: 'Артикул', price: 'Цена', quantity: 'Количество', sum: 'Сумма', total: 'Итого', remove: 'Убрать',
    widgets: 'Виджеты', no_rights: 'Нет доступа к сделке', not_found: 'Сделка не найдена', saved: 'Сохранено', not_saved: 'Не сохранилось',
    install: 'Установить', installed: 'Установлен', not_installed: 'Не установлен', uninstall: 'Отключить', open_settings: 'Настроить', create_integration: 'Создать интеграцию',
    only_admin: 'Доступно только администратору', market_intro: 'Интеграции и виджеты вашего аккаунта', api_only: 'Поле изменяется только через API',
    robot: 'Робот', file: 'Файл', empty: '—', reason: 'Причина отказа', no_reason: 'Без причины', required_for_stage: 'Заполните поля, обязательные для этапа',
    ev_lead_added: 'Сделка создана', ev_lead_status_changed: 'Новый этап', ev_entity_linked: 'Прикреплено', ev_entity_unlinked: 'Откреплено',
    ev_sale_field_changed: 'Бюджет изменён', ev_entity_responsible_changed: 'Сменился ответственный', ev_name_field_changed: 'Название изменено', ev_field: 'Изменено поле', from_to: '→',
    vat_id: 'ИНН', kpp: 'КПП', ogrn: 'ОГРН', address: 'Адрес', legal_name: 'Юр. лицо', name: 'Название', description: 'Описание', redirect_uri: 'Ссылка для перенаправления',
    uninstall_hook: 'Ссылка для хука об отключении', keys: 'Ключи', close: 'Закрыть', client_id: 'ID интеграции', client_secret: 'Секретный ключ', code20: 'Код авторизации (20 минут)',
    long_lived: 'Долгосрочный токен', get: 'Получить', upload_widget: 'Загрузить widget.zip', scopes: 'Доступы', granted: 'Предоставленные доступы', revoke: 'Отозвать', upload_ok: 'Виджет загружен', pieces: 'шт',
    advanced: 'Настройки виджета', free_user: 'Бесплатный пользователь не работает со сделками', files: 'Файлы', no_files: 'Файлов нет', add_file: 'файл', no_tasks: 'Открытых задач нет', no_lists: 'Списков нет', new_task: 'Новая задача', until: 'до', to: 'для', support: 'Поддержка'
  };
  var EN = {
    desktop: 'Dashboard', leads: 'Leads', tasks: 'Tasks', lists: 'Lists', market: 'amoMarket', settings: 'Settings',
    signed_in: 'Signed in as', theme: 'Theme', light: 'Light', dark: 'Dark', search: 'Search',
    lead: 'Lead', stage: 'Stage', budget: 'Sale', responsible: 'Resp.', contact: 'Contact', company: 'Company', amount_of: 'leads',
    main: 'Main', products: 'Products', save: 'Save', cancel: 'Cancel', lose: 'Close as lost',
    phone: 'Phone', email: 'Email', position: 'Position', note: 'Note', task: 'Task', add: 'Add', note_hint: 'Type a note',
    task_hint: 'What has to be done', complete: 'Complete', result_hint: 'Result', done: 'Done', today: 'Today', yesterday: 'Yesterday',
    no_products: 'No products yet. Find one in the list and add it to the lead.', find_product: 'Find in the list: name or SKU',
    product: 'Product', sku: 'SKU', price: 'Price', quantity: 'Quantity', sum: 'Sum', total: 'Total', remove: 'Remove',
    widgets: 'Widgets', no_rights: 'You have no access to this lead', not_found: 'Lead not found', saved: 'Saved', not_saved: 'Not saved',
    install: 'Install', installed: 'Installed', not_installed: 'Not installed', uninstall: 'Disable', open_settings: 'Settings', create_integration: 'Create integration',
    only_admin: 'Administrators only', market_intro: 'Integrations and widgets of your account', api_only: 'The field is changed through the API only',
    robot: 'Robot', file: 'File', empty: '—', reason: 'Loss reason', no_reason: 'No reason', required_for_stage: 'Fill in the fields this stage requires',
    ev_lead_added: 'Lead created', ev_lead_status_changed: 'New stage', ev_entity_linked: 'Linked', ev_entity_unlinked: 'Unlinked',
    ev_sale_field_changed: 'Sale changed', ev_entity_responsible_changed: 'Responsible changed', ev_name_field_changed: 'Name changed', ev_field: 'Field changed', from_to: '→',
    vat_id: 'Tax ID', kpp: 'KPP', ogrn: 'OGRN', address: 'Address', legal_name: 'Legal entity', name: 'Name', description: 'Description', redirect_uri: 'Redirect URI',
    uninstall_hook: 'Uninstall hook', keys: 'Keys', close: 'Close', client_id: 'Integration ID', client_secret: 'Secret key', code20: 'Authorization code (20 minutes)',
    long_lived: 'Long-lived token', get: 'Get', upload_widget: 'Upload widget.zip', scopes: 'Scopes', granted: 'Granted accesses', revoke: 'Revoke', upload_ok: 'Widget uploaded', pieces: 'pcs',
    advanced: 'Widget settings', free_user: 'A free user does not work with leads', files: 'Files', no_files: 'No files', add_file: 'file', no_tasks: 'No open tasks', no_lists: 'No lists', new_task: 'New task', until: 'till', to: 'for', support: 'Support'
  };
  var words = boot.lang === 'ru' ? RU : EN;
  return function (key) { return words[key] || key; };
});
