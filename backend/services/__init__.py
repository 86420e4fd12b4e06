"""What happens when a button is pressed, an operation runs, a hook arrives.

One use case per file, named by its verb.
"""
