"""What runs later, and when: the job engine over the operations of the store."""
