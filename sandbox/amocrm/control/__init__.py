"""The control surface under /_sandbox: what amoCRM itself does not have."""
