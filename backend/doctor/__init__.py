"""What is unhealthy in this installation, and what to do about it."""
