"""The ERP and the CRM in another process than those that ask them: they live on when a process of ours is killed."""
