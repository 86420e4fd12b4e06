"""Russian."""

from __future__ import annotations

WORDS = {
    "field_group": "Склад и заказ",
    "field.order_number": "Номер заказа в учёте",
    "field.order_state": "Состояние заказа",
    "field.stock_check": "Проверка остатков",
    "field.reserve": "Резерв",
    "field.payment": "Оплата",
    "field.shipment": "Отгрузка",
    "state.placed": "Оформлен",
    "state.part_shipped": "Отгружен частично",
    "state.shipped": "Отгружен",
    "state.failed": "Не оформлен",
    "state.cancelled": "Отменён",
    "check.passed": "Пройдена",
    "check.approved": "Разрешено руководителем",
    "payment.none": "Не оплачен",
    "payment.part": "Оплачен частично: {paid} из {total}",
    "payment.paid": "Оплачен",
    "reserve.full": "В резерве полностью",
    "reserve.part": "В резерве частично: {percent} %",
    "reserve.none": "Нет резерва",
    "shipment.none": "Не отгружен",
    "shipment.part": "Отгружено частично: {percent} %",
    "shipment.full": "Отгружен полностью",
    "order.placed": "Заказ {numbers} оформлен и зарезервирован. Сумма {total}.",
    "order.failed.erp_shortage": "Заказ не оформлен: пока заявка ждала, товара не осталось. Обновите остатки в панели "
    "и выберите, что делать.",
    "order.failed.total_mismatch": "Заказ не оформлен: сумма в учётной системе {erp_total} не равна сумме в сделке "
    "{total}. Заказ в учёте отменён. Обновите цены в панели и оформите снова.",
    "order.failed.customer_ambiguous": "Заказ не оформлен: в учётной системе несколько клиентов с этими реквизитами. "
    "Попросите бухгалтерию объединить карточки и нажмите «Повторить».",
    "order.failed": "Заказ не оформлен: учётная система отказала ({message}). Исправьте причину и "
    "нажмите «Повторить» в панели.",
    "approval.task": "Разрешить заказ сверх остатка? Сделка «{deal}», {total}. Причина: {reason}. Решение "
    "принимается в панели на карточке сделки.",
    "approval.asked": "{who} просит разрешить заказ сверх остатка: «{reason}». Ответ до {deadline}.",
    "approval.approved": "Заказ разрешён: {who}. {reason}",
    "approval.approved_part": "Заказ разрешён частично: {who}. {reason}",
    "approval.rejected": "Заказ не разрешён: {who}. «{reason}»",
    "approval.withdrawn": "Запрос разрешения отозван.",
    "approval.expired": "Срок запроса разрешения истёк без решения. Можно попросить снова.",
    "approval.void.basket_changed": "Разрешение больше не действует: состав, цены или клиент изменились. Проверьте "
    "заказ "
    "и попросите снова.",
    "approval.void.figures_worse": "Разрешение больше не действует: остатков стало меньше, чем видел руководитель. "
    "Попросите снова.",
}
