"""What the account sends out: webhooks, pipeline triggers, install and uninstall calls."""
