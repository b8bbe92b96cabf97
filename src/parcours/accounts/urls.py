"""Addresses of signing in, of one's own account, and of a workspace's settings, members, keys and trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import include, path

from parcours.accounts.services.workspaces import WhenDeleted
from parcours.accounts.views import keys, members, own, signing, trail, workspaces


def addresses(when_deleted: Sequence[WhenDeleted] = ()) -> list[Any]:
    """Return the addresses; ``when_deleted`` removes what a workspace has outside the database."""
    return [
        path("first/", signing.first, name="first"),
        path("account/link/", signing.request_link, name="request_link"),
        path("account/link/sent/", signing.link_sent, name="link_sent"),
        path("account/link/<str:token>/", signing.magic_link, name="magic_link"),
        path("invitation/", signing.kept_invitation, name="kept_invitation"),
        path("invitation/<str:token>/", signing.invitation, name="invitation"),
        path("account/profile/", own.profile, name="profile"),
        path("account/sessions/", own.sessions, name="usersessions_list"),
        path("account/sessions/<int:session>/end/", own.end_session, name="end_session"),
        path("account/", include("allauth.urls")),
        path("workspaces/", own.workspaces, name="workspaces"),
        path("messages/", own.unsent_mail, name="unsent_mail"),
        path("w/<str:workspace>/", include(_of_a_workspace(when_deleted))),
    ]


def _of_a_workspace(when_deleted: Sequence[WhenDeleted]) -> list[Any]:
    return [
        path("settings/", workspaces.workspace_settings, name="workspace_settings"),
        path("settings/delete/", workspaces.delete_workspace(when_deleted), name="delete_workspace"),
        path("leave/", workspaces.leave_workspace, name="leave_workspace"),
        path("members/", members.members, name="members"),
        path("members/<int:member>/role/", members.member_role, name="member_role"),
        path("members/<int:member>/remove/", members.remove_member, name="remove_member"),
        path("invitations/<int:invitation>/resend/", members.resend_invitation, name="resend_invitation"),
        path("invitations/<int:invitation>/revoke/", members.revoke_invitation, name="revoke_invitation"),
        path("keys/", keys.api_keys, name="api_keys"),
        path("keys/<int:key>/revoke/", keys.revoke_key, name="revoke_key"),
        path("audit/", trail.audit_trail, name="audit_trail"),
    ]
