"""What is said of orders in the queue, and of reasons in the way of an order: English."""

from __future__ import annotations

QUEUE = {
    "queue.added": "The order was put into the queue ({who}): the ERP does not answer. When it does, Stockgate checks "
    "stock and prices again and places the order. Until then nothing is reserved: promise the customer nothing.",
    "queue.taken_out": "The order was taken out of the queue ({who}). It is not placed.",
    "queue.said": "{text}",
    "queue.ask_reason": "The order waited in the queue while the ERP did not answer. {what}",
    "queue.failed.changed": "The order from the queue was not placed: things changed while it waited. {what} Open the "
    "deal card, check the order and place it.",
    "queue.failed.blocked": "The order from the queue was not placed. {what} Open the deal card: it shows what can be "
    "done.",
    "queue.failed.taken": "The order from the queue was not placed: another order took the goods. {what} Open the deal "
    "card: it shows what can be done.",
    "queue.failed.rejected": "The order from the queue was not placed: it needs an approval, and a supervisor has said "
    "no. {what} Change the order or ask again.",
    "queue.failed.no_supervisor": "The order from the queue was not placed: it needs an approval, and there is nobody "
    "to give it. {what} Ask the administrator to choose a supervisor in the Stockgate settings.",
    "queue.failed.rights": "The order from the queue was not placed: whoever put it there may not see this deal in "
    "amoCRM any more. Check the order in the deal card and place it.",
    "queue.failed.no_connection": "The order from the queue was not placed: the ERP was disconnected in the Stockgate "
    "settings. When the administrator has connected it again, place the order in the deal card.",
    "queue.failed.silent": "The order from the queue was not placed: the ERP did not answer in all this time. The ERP "
    "does not have this order. When it works again, place the order in the deal card.",
    "queue.failed.denied": "The order from the queue was not placed: the ERP does not let Stockgate in. Ask the "
    "administrator to check the connection, then place the order in the deal card.",
    "queue.failed.stopped": "The order from the queue was not placed: checking it failed. {what} Open the deal card, "
    "check the order and place it.",
    "queue.free": "“{name}”: {free} left.",
    "queue.differs.gone": "“{name}” is no longer in the deal.",
    "queue.differs.new": "“{name}” is new in the deal.",
    "queue.differs.quantity": "“{name}”: it was {before}, now {now}.",
    "queue.differs.price": "“{name}”: its sum was {before}, now {now}.",
    "queue.differs.place": "“{name}”: another warehouse, date or product in the ERP.",
    "queue.differs.customer": "The customer or the total is another one.",
    "reason.shortage": "“{name}”: {missing} {unit} short, {requested} wanted, {available} available.",
    "reason.over_credit": "The order of {total} exceeds the customer's free credit ({free}) by {over}.",
    "reason.unknown_product": "“{name}”: the ERP has no such product.",
    "reason.product_archived": "“{name}”: no longer sold.",
    "reason.indivisible": "“{name}”: {quantity} {unit} cannot be split off.",
    "reason.not_positive": "“{name}”: no quantity.",
    "reason.stock_unknown": "“{name}”: the ERP did not tell its stock.",
    "reason.unpriced": "“{name}”: no price for this customer.",
    "reason.empty_basket": "The deal has no products.",
    "reason.inn_invalid": "The customer's INN is wrong.",
    "reason.inn_missing": "The customer has no INN.",
    "reason.kpp_invalid": "The customer's KPP is wrong.",
    "reason.kpp_missing": "The customer has no KPP.",
    "reason.phone_invalid": "The customer's phone is wrong.",
    "reason.email_invalid": "The customer's e-mail is wrong.",
    "reason.customer_missing": "The deal has no customer.",
    "reason.customer_unidentified": "The customer cannot be identified: an INN, a phone or an e-mail is needed.",
    "reason.customer_ambiguous": "The ERP has several such customers.",
    "reason.other": "In the way: {code}.",
}
