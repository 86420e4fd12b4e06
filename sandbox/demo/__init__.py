"""The whole story on one machine: CRM stand-in, backend, a real ERP, the warehouse's page."""
