"""Ten thousand webhooks with the ERP down: answered at once, none lost; repeats, shuffles and losses change nothing."""
