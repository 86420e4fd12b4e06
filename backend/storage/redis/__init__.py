"""Speed that may be lost: cache and rate budget in Redis, and a Redis of our own where none is given."""

from backend.storage.redis.budget import RedisRateBudget
from backend.storage.redis.cache import RedisCache
from backend.storage.redis.embedded import EmbeddedRedis
from backend.storage.redis.line import RedisLine

__all__ = ["EmbeddedRedis", "RedisCache", "RedisLine", "RedisRateBudget"]
