"""English."""

from __future__ import annotations

WORDS = {
    "field_group": "Stock and order",
    "field.order_number": "Order number in ERP",
    "field.order_state": "Order state",
    "field.stock_check": "Stock check",
    "field.reserve": "Reserve",
    "field.payment": "Payment",
    "field.check_passed": "Check passed",
    "field.shipment": "Shipment",
    "state.placed": "Placed",
    "state.part_shipped": "Partly shipped",
    "state.shipped": "Shipped",
    "state.failed": "Not placed",
    "state.cancelled": "Cancelled",
    "check.passed": "Passed",
    "check.approved": "Approved by a supervisor",
    "check.yes": "Yes",
    "check.failed": "Not passed: see the panel",
    "check.stale": "Out of date: open the panel and refresh",
    "check.none": "Not checked",
    "payment.none": "Not paid",
    "payment.part": "Partly paid: {paid} of {total}",
    "payment.paid": "Paid",
    "reserve.full": "Fully reserved",
    "reserve.part": "Partly reserved: {percent} %",
    "reserve.none": "No reserve",
    "shipment.none": "Not shipped",
    "shipment.part": "Partly shipped: {percent} %",
    "shipment.full": "Fully shipped",
    "order.placed": "Order {numbers} is placed. Total {total}.",
    "order.failed.erp_shortage": "The order was not placed: the goods were gone before its turn came. Refresh the "
    "stock in the panel and choose what to do.",
    "order.failed.total_mismatch": "The order was not placed: its total in the ERP, {erp_total}, differs from the "
    "deal's, {total}. The ERP order was cancelled. Refresh the prices in the panel and place it again.",
    "order.failed.customer_ambiguous": "The order was not placed: the ERP has several customers with these requisites. "
    "Ask accounting to merge them, then press Retry.",
    "order.failed.over_reserved": "The order was not placed: while it was being placed, the ERP reserved the same "
    "goods for others. Missing: {lines}. Our reserve was released. Refresh the stock in the panel and choose what "
    "to do.",
    "order.taken_back": "Order {numbers} was taken back: the ERP had reserved the same goods twice, and ours came "
    "later. Missing: {lines}. Tell the customer, refresh the stock in the panel and choose what to do.",
    "order.over_reserved": "The ERP promised more than there is, and order {numbers} is already being shipped, so it "
    "cannot be taken back. Missing: {lines}. Agree with the warehouse who gets the goods, and tell the customer.",
    "order.failed": "The order was not placed: the ERP refused ({message}). Mend the cause and press "
    "Retry in the panel.",
    "order.failed.unsaid": "The order was not placed: the ERP refused. The panel says why; mend the cause and press "
    "Retry.",
    "order.unresolved": "Placing the order has stopped: the ERP did not answer for long, and whether it has the order "
    "is not known. Press Retry in the panel: there will not be two orders.",
    "queue.dismissed": "An administrator took the order out of the queue: “{why}”. It was not placed; if it is still "
    "wanted, place it in the panel.",
    "order.dismissed": "An administrator took the order out of the queue: “{why}”. The ERP does not have it and its "
    "goods are free again. If it is still wanted, place it again in the panel.",
    "order.cancelled": "Order {numbers} was cancelled in the ERP. The deal can be ordered again.",
    "order.deleted": "The ERP no longer has order {numbers}. The deal can be ordered again.",
    "approval.lapsed": "The approval ran out: the order was not placed in time. You can ask again.",
    "approval.task": "An order of {total} needs a decision. Deal: {deal}. Reason: {reason}. Decide in "
    "the panel of the deal card.",
    "approval.asked": "{who} asks to allow the order: “{reason}”. Answer by {deadline}.",
    "approval.approved": "The order was approved by {who}. {reason}",
    "approval.approved_part": "The order was approved in part by {who}. {reason}",
    "approval.rejected": "The order was rejected by {who}: “{reason}”",
    "approval.withdrawn": "The request for approval was withdrawn.",
    "approval.expired": "The request for approval ran out without a decision. You can ask again.",
    "approval.void.basket_changed": "The approval no longer holds: lines, prices or the customer changed. Check the "
    "order and ask again.",
    "approval.void.figures_worse": "The approval no longer holds: there is less stock than the supervisor saw. Ask "
    "again.",
    "guard.none": "The deal was moved back from “{stage}” to “{home}”: its stock has not been checked. Open the "
    "deal card: the check runs by itself. If everything is available, move the deal again; if not, ask a "
    "supervisor for approval.",
    "guard.failed": "The deal was moved back from “{stage}” to “{home}”: its stock check did not pass. The reason "
    "is in the deal card: change the lines or ask a supervisor for approval, then move the deal again.",
    "guard.stale": "The deal was moved back from “{stage}” to “{home}”: it has changed since its last stock "
    "check, or the check is too old. Open the deal card: it is checked anew; then move the deal again.",
    "guard.passed_since": "The deal was moved back from “{stage}” to “{home}”: its stock check had not passed. It "
    "has passed since, so the deal can be moved again.",
    "guard.erp_down": "The deal was moved back from “{stage}” to “{home}”: the ERP does not answer, so stock "
    "cannot be checked now. Put the order into the queue in the deal card, or move the deal once the ERP is back.",
    "guard.fight": "The deal was moved back from a protected stage {times} times within an hour and is moved "
    "there again, most likely by a Salesbot or another integration. It will not be moved back any more. Ask the "
    "administrator to find what moves it; the guard works again once the deal stands in a stage that is not "
    "protected.",
}
