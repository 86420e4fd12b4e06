"""amoCRM on one machine: account, API v4, OAuth, drive, webhooks and a deal card that loads real widgets."""
