"""The live tokens of accounts: refreshed early, by one at a time, saved before use; found again after a rename."""

from __future__ import annotations

from datetime import timedelta

from backend.amocrm.oauth import GrantRefused, OAuth
from backend.domain.errors import Retryable
from backend.ports.clock import Clock
from backend.ports.crm import CrmGarbled, CrmReauthorise, CrmUnavailable
from backend.ports.tokens import AccountTokens, RefreshLock, TokenPair, TokenStore

EARLY = timedelta(minutes=5)
ATTEMPTS = 2


class LiveTokens:
    """What a client asks for before every request. One object serves all accounts of an integration."""

    def __init__(self, store: TokenStore, lock: RefreshLock, oauth: OAuth, clock: Clock) -> None:
        self._store = store
        self._lock = lock
        self._oauth = oauth
        self._clock = clock

    def current(self, account_id: int) -> AccountTokens:
        """The account with a token that lives at least some minutes more.

        When no newer one can be had now, the old one serves as long as it lives. Raises CrmReauthorise.
        """
        known = self._usable(account_id)
        pair = pair_of(known)
        now = self._clock.now()
        if not pair.refresh or pair.expires_at - now > EARLY:
            return known
        try:
            return self.renew(known)
        except Retryable:
            if pair.expires_at > now:
                return known
            raise

    def renew(self, used: AccountTokens) -> AccountTokens:
        """A newer pair than `used`, refreshed by us or by whoever was first. Raises CrmReauthorise."""
        with self._lock.hold(used.account_id):
            known = self._usable(used.account_id)
            if known.domain != used.domain or pair_of(known).access != pair_of(used).access:
                return known
            if not pair_of(known).refresh:
                raise self.give_up(known)
            return self._refresh(known)

    def follow(self, used: AccountTokens) -> AccountTokens | None:
        """The account under its new subdomain, or None when it did not move."""
        known = self._usable(used.account_id)
        if known.domain != used.domain:
            return known
        domain = self._oauth.current_domain(pair_of(known))
        if domain is None or domain == known.domain:
            return None
        self._store.rename(used.account_id, domain)
        return self._usable(used.account_id)

    def lives_at(self, account_id: int, domain: str) -> bool:
        """Whether the platform itself says that the account is at `domain` now (the stored name follows)."""
        known = self._usable(account_id)
        moved = self.follow(known)
        return (moved or known).domain == domain

    def give_up(self, dead: AccountTokens) -> CrmReauthorise:
        """Mark the account for a new connection, unless someone saved a newer pair; the error to raise."""
        self._store.mark_reauthorise(dead.account_id, pair_of(dead))
        return CrmReauthorise("the tokens are dead")

    def _refresh(self, known: AccountTokens) -> AccountTokens:
        try:
            pair = self._next_pair(known)
        except GrantRefused as refused:
            moved = self.follow(known)
            if moved is None:
                return self._winner_or_give_up(known, refused)
            known = moved
            try:
                pair = self._next_pair(known)
            except GrantRefused as again:
                return self._winner_or_give_up(known, again)
        self._store.save(known.account_id, pair)
        return AccountTokens(known.account_id, known.domain, pair)

    def _next_pair(self, known: AccountTokens) -> TokenPair:
        """Ask with the same token again when no answer came: it may or may not be spent, only asking tells."""
        pair = pair_of(known)
        for _ in range(ATTEMPTS - 1):
            try:
                return self._oauth.refresh(known.domain, pair.refresh)
            except (CrmUnavailable, CrmGarbled):
                continue
        return self._oauth.refresh(known.domain, pair.refresh)

    def _winner_or_give_up(self, known: AccountTokens, refused: GrantRefused) -> AccountTokens:
        if self._store.mark_reauthorise(known.account_id, pair_of(known)):
            raise CrmReauthorise("the refresh token is dead", hint=refused.hint) from refused
        return self._usable(known.account_id)

    def _usable(self, account_id: int) -> AccountTokens:
        known = self._store.load(account_id)
        if known is None or known.tokens is None or known.reauthorise:
            raise CrmReauthorise("the account is not connected")
        return known


def pair_of(known: AccountTokens) -> TokenPair:
    """The pair of an account that is connected."""
    if known.tokens is None:
        raise CrmReauthorise("the account is not connected")
    return known.tokens
