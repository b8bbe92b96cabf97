"""A workspace's maps and their versions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parcours.accounts.models import Workspace, new_public_id
from parcours.journeymap.errors import PublishedVersion
from parcours.language.translation import current_language

LONGEST_TITLE = 160
LONGEST_NOTE = 240


class JourneyMap(models.Model):
    """One designed journey. What it says stands in its versions; an archived one is out of the way, not gone.

    ``titles`` are those of its document by language while ``title`` is one of them: each reader sees their own.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="maps")
    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    title = models.CharField(_("Title"), max_length=LONGEST_TITLE)
    titles = models.JSONField(default=dict, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "archived_at"], name="maps_of_a_workspace")]

    def __str__(self) -> str:
        """Return the title in the reader's language."""
        return str(self.titles.get(current_language(), self.title))


class MapVersion(models.Model):
    """One state of a map: ``document`` is its JSON text, ``digest`` the SHA-256 of that text.

    A draft has no ``published_at``. What was published never changes again.
    """

    map = models.ForeignKey(JourneyMap, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.CharField(_("Note"), max_length=LONGEST_NOTE, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["map", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.map} · {self.number}"

    @property
    def is_published(self) -> bool:
        """Whether this version is the map for everybody, rather than a draft."""
        return self.published_at is not None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it; ``PublishedVersion`` where that would change one that was published."""
        if self.pk is not None:
            before = (
                MapVersion.objects.filter(pk=self.pk).values("document", "digest", "number", "published_at").first()
            )
            if before is not None and before["published_at"] is not None:
                now = {name: getattr(self, name) for name in before}
                if now != before:
                    raise PublishedVersion(self.number)
        super().save(*args, **kwargs)
