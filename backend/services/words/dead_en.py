"""What is said of operations that were given up: English."""

DEAD = {
    "dead.said": "Could not {what}. Reason: {why}. Once it is mended, an administrator of Stockgate can repeat it: "
    "number {number}.",
    "dead.what.order.place": "place the order",
    "dead.what.order.submit": "place the order from the queue",
    "dead.what.order.verify": "check the reserve of the placed order",
    "dead.what.crm.move_back": "move the deal back to its stage",
    "dead.what.crm.restore_hook": "switch amoCRM's notices on again",
    "dead.what.crm.update_deal": "write the order's sum and fields into the deal",
    "dead.what.crm.approval_task": "give the supervisor a task to decide",
    "dead.what.crm.task": "add a task to the deal",
    "dead.what.crm.complete_task": "close the supervisor's task",
    "dead.what.crm.align_lines": "bring the deal's products in line with the order",
    "dead.what.crm.attach_document": "attach the document to the deal's files",
    "dead.what.other": "do something that this version of Stockgate does not know",
    "dead.why.silent.crm": "amoCRM did not answer for days",
    "dead.why.silent.erp": "the ERP did not answer for days",
    "dead.why.refused.crm": "amoCRM refused it",
    "dead.why.refused.crm.said": "amoCRM refused it ({message})",
    "dead.why.refused.erp": "the ERP refused it",
    "dead.why.refused.erp.said": "the ERP refused it ({message})",
    "dead.why.crm_denied": "amoCRM gives no right to it",
    "dead.why.erp_denied": "the ERP gives no right to it",
    "dead.why.erp_sign_in": "the ERP does not take Stockgate's login or password",
    "dead.why.document_unavailable": "the ERP does not have this document",
    "dead.why.no_connection": "no ERP is connected",
    "dead.why.operation_payload_unreadable": "it was queued by another version of Stockgate that this one does not "
    "understand",
    "dead.why.unknown_operation": "another version of Stockgate queued it",
    "dead.why.operation_poison": "every attempt cut the server's work short",
    "dead.why.internal": "an error of Stockgate; tell the number to whoever runs the server",
}
