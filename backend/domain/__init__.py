"""Pure rules of availability, decisions, holds, approvals and order life. Standard library only; no I/O, no clock."""
