"""The account's own rules: entities, fields, links, feed, rights."""
