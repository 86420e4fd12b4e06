"""The ERP is gone for ten minutes under load: nothing is lost, each deal keeps its order, the backlog is drained."""
