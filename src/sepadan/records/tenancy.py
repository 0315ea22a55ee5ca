"""The scope of a region: which region's rows this piece of work may touch, told to Python and to PostgreSQL at once.

Idea: ``with region_scope(region):`` opens a transaction and sets ``sepadan.region`` in it (``set_config(..., true)``),
so that row-level security shows that region's rows and no others, and so that the setting ends with the transaction and
never leaks through a pooled connection. A query on a ``RegionalModel`` without a region in scope raises ``NoRegion``;
PostgreSQL shows no row anyway. ``account_scope`` does the same for the own account of a person (``sepadan.person``,
``sepadan.email``): accounts belong to no region and are seen only by their owner and by the regions they serve in.

What it does not do: it is no defence against someone who can run SQL of his own as the application's role, since that
role can choose a scope. See ``docs/explanation/security.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models, transaction

if TYPE_CHECKING:
    from sepadan.territory.public import Region

REGION, PERSON, EMAIL = "sepadan.region", "sepadan.person", "sepadan.email"
_scope: ContextVar[tuple[Region | None, Mapping[str, str]]] = ContextVar("sepadan_scope", default=(None, {}))
_taken_back_to: ContextVar[tuple[str, int] | None] = ContextVar("sepadan_taken_back_to", default=None)
"""The savepoint to which a refused request goes back, and how many atomic blocks were open when it was set."""


class NoRegion(RuntimeError):
    """Code touched a region's rows without saying which region."""


class WrongRegion(RuntimeError):
    """Code tried to save a row of one region in the scope of another."""


def current_region() -> Region:
    """The region in scope. Raises NoRegion when there is none."""
    region = _scope.get()[0]
    if region is None:
        raise NoRegion(
            "no region is in scope. Wrap the work in `with region_scope(region):` (records.public); a request under "
            "/<lang>/<kode>/ has its region already, a form sets its querysets in __init__"
        )
    return region


def region_or_none() -> Region | None:
    return _scope.get()[0]


@contextmanager
def region_scope(region: Region | int, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[Region]:
    """One transaction (a savepoint when one is open) in which *region*'s rows are seen and written, and no others.

    *region* is a Region or its primary key. Scopes nest: the inner region replaces the outer one until it ends.
    """
    found: Region = apps.get_model("territory", "Region").objects.using(using).get(pk=region) \
        if isinstance(region, int) else region
    with _within(found, {REGION: str(found.pk)}, using):
        yield found


@contextmanager
def account_scope(*, person_id: int | None = None, email: str | None = None,
                  using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """A transaction in which the account with this id or e-mail address is seen. The region in scope stays."""
    settings = {} if person_id is None else {PERSON: str(person_id)}
    if email is not None:
        settings[EMAIL] = email
    with _within(_scope.get()[0], settings, using):
        yield


@contextmanager
def request_scope(region: Region | None, person_id: int | None, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """The transaction around one request: its region, if the address names one, and the person who is signed in."""
    settings = {REGION: "" if region is None else str(region.pk), PERSON: "" if person_id is None else str(person_id)}
    with _within(region, settings, using):
        yield


def mark_start() -> None:
    """What this request writes from here on is taken back when it is refused. Nothing outside a transaction."""
    connection = connections[DEFAULT_DB_ALIAS]
    depth = len(connection.savepoint_ids)
    _taken_back_to.set((transaction.savepoint(), depth) if connection.in_atomic_block else None)


def keep_written() -> None:
    """What was written so far stays, though the request be refused: counts of attempts and events of an account.

    Inside an ``atomic()`` block of the view nothing can be kept, and outside a request everything is kept anyway.
    """
    mark, connection = _taken_back_to.get(), connections[DEFAULT_DB_ALIAS]
    if mark is not None and connection.in_atomic_block and len(connection.savepoint_ids) == mark[1]:
        transaction.savepoint_commit(mark[0])
        mark_start()


def take_back_written() -> None:
    """Undo what was written since the mark. A lost connection has taken the transaction with it."""
    mark = _taken_back_to.get()
    if mark is None:
        return
    try:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(mark[0])
    except DatabaseError:
        transaction.set_rollback(True)


def forget_start() -> None:
    _taken_back_to.set(None)


@contextmanager
def _within(region: Region | None, settings: Mapping[str, str], using: str) -> Iterator[None]:
    outer = _scope.get()[1]
    connection = connections[using]
    nested = connection.in_atomic_block
    token = _scope.set((region, {**outer, **settings}))
    try:
        with transaction.atomic(using=using):
            _set_in_transaction(settings, using)
            yield
            # A failed or abandoned savepoint takes the settings back by itself; a sound one keeps them.
            if nested and not connection.needs_rollback:
                _set_in_transaction({name: outer.get(name, "") for name in settings}, using)
    finally:
        _scope.reset(token)


def _set_in_transaction(settings: Mapping[str, str], using: str) -> None:
    if not settings:
        return
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT " + calls, [part for pair in settings.items() for part in pair])


_Row_co = TypeVar("_Row_co", bound="RegionalModel", covariant=True)


class RegionalQuerySet(models.QuerySet[_Row_co]):
    """Refuses to run without a region, and puts the region in scope on every row it creates."""

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            current_region()
        super()._fetch_all()  # type: ignore[misc]

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        for row in rows:
            row.take_region()
        return super().bulk_create(rows, *args, **kwargs)


class RegionalManager(models.Manager[_Row_co]):
    """Rows of the region in scope. Even a role that bypasses row-level security sees no other region through it."""

    _queryset_class = RegionalQuerySet

    def get_queryset(self) -> RegionalQuerySet[_Row_co]:
        region = current_region()
        rows: RegionalQuerySet[_Row_co] = super().get_queryset()  # type: ignore[assignment]
        return rows.filter(region_id=region.pk)


class RegionalModel(models.Model):
    """A row that belongs to one region.

    The table's migration adds ``WallRegion`` (policy, and the primary key ``(region_id, id)``) and one
    ``WallReference`` for each ``RegionalKey``; see ``docs/how-to/add-a-regional-table.md``.
    """

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey("territory.Region", on_delete=models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[RegionalManager[Self]] = RegionalManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.take_region()
        super().save(*args, **kwargs)

    def take_region(self) -> None:
        """Give the row the region in scope. Raises WrongRegion when it already names another."""
        region = current_region()
        if self.region_id is None:
            self.region = region
        elif self.region_id != region.pk:
            raise WrongRegion(f"a {self._meta.label} of region {self.region_id} was saved in the scope of {region.pk}")


class RegionalKey(models.ForeignKey):
    """A foreign key to a row of the same region: Django keeps ``x_id``, the database checks ``(region_id, x_id)``.

    The constraint itself is written by ``WallReference`` in the migration; the catalogue test finds a forgotten one.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)
