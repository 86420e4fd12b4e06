"""Each accepted order is in the ERP exactly once, wherever a process is killed and whatever answer is lost."""
