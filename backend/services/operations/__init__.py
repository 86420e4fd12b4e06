"""Operations for people: what waits, what failed and why, again or away with it (R25)."""
