// Texts of the page in both languages.
export const WORDS = {
  ru: {
    title: 'Склад', subtitle: 'Рабочее место кладовщика и бухгалтера. Всё происходит в самой ERP.', refresh: 'Обновить',
    shipments: 'К отгрузке', deliveries: 'Ожидаем от поставщиков', invoices: 'Ждём оплаты', recent: 'Недавно отгружено',
    none: 'Пусто.', shipment: 'Отгрузка №', order: 'заказ', purchase: 'Закупка №', invoice: 'Счёт-фактура №', from: 'от',
    reserved: 'в резерве', waiting: 'ждёт товар', partly: 'в резерве часть', overdue: 'просрочена', undated: 'без даты',
    shipAll: 'Отгрузить всё', shipPart: 'Отгрузить часть', receiveAll: 'Принять всё', receivePart: 'Принять часть',
    payAll: 'Всё оплачено', payPart: 'Внести часть', left: 'осталось', of: 'из', amount: 'Сумма, ₽', quantity: 'Количество',
    shipped: 'Отгружено. Счёт-фактура №', shippedOnly: 'Отгружено.', received: 'Принято, документ', paid: 'Оплата записана, осталось',
    failed: 'Не получилось', lost: 'Нет связи с сервером',
  },
  en: {
    title: 'Warehouse', subtitle: 'The desk of the storekeeper and the accountant. Everything happens in the ERP itself.', refresh: 'Refresh',
    shipments: 'To ship', deliveries: 'Expected from suppliers', invoices: 'Awaiting payment', recent: 'Shipped lately',
    none: 'Nothing here.', shipment: 'Shipment No.', order: 'order', purchase: 'Purchase No.', invoice: 'Invoice No.', from: 'of',
    reserved: 'reserved', waiting: 'waits for goods', partly: 'partly reserved', overdue: 'overdue', undated: 'no date',
    shipAll: 'Ship all', shipPart: 'Ship a part', receiveAll: 'Receive all', receivePart: 'Receive a part',
    payAll: 'Paid in full', payPart: 'Pay a part', left: 'left', of: 'of', amount: 'Amount, ₽', quantity: 'Quantity',
    shipped: 'Shipped. Invoice No.', shippedOnly: 'Shipped.', received: 'Received, document', paid: 'Payment registered, left',
    failed: 'It did not work', lost: 'No connection to the server',
  },
};
