"""Signing staff in for the API."""

from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.common import clock
from casework.common.api import OpenToAll, StaffOnly
from casework.staff import services
from casework.staff.callers import staff_of
from casework.staff.models import Office, User


class OfficeBrief(serializers.ModelSerializer[Office]):
    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = Office
        fields = ["id", "name"]


class UserBrief(serializers.ModelSerializer[User]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(source="full_name", read_only=True)

    class Meta:
        model = User
        fields = ["id", "name"]


class UserAccount(UserBrief):
    offices = OfficeBrief(many=True, read_only=True)

    class Meta:
        model = User
        fields = ["id", "name", "email", "role", "offices"]


class StaffSignIn(serializers.Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False, max_length=256)
    code = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=16,
        help_text="Of the second factor, once it is set up; a recovery code will do.",
    )


class StaffSignedIn(serializers.Serializer[Any]):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    user = UserAccount()


class AuthToken(APIView):
    """A bearer token for a member of staff, good for twelve hours."""

    authentication_classes = ()
    permission_classes = (OpenToAll,)

    @extend_schema(request=StaffSignIn, responses=StaffSignedIn, auth=[])
    def post(self, request: Request) -> Response:
        given = StaffSignIn(data=request.data)
        given.is_valid(raise_exception=True)
        http: HttpRequest = request._request  # noqa: SLF001 - lockout looks at Django's request
        now = clock.now()
        typed = services.Given(**given.validated_data)
        user, token = services.sign_in_for_token(typed, now=now, request=http)
        answer = {
            "token": token,
            "expires_at": now + services.TOKEN_LIFE,
            "user": user,
        }
        return Response(StaffSignedIn(answer).data)


class AuthSignOut(APIView):
    """End the token that this request carries."""

    permission_classes = (StaffOnly,)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, str):
            services.end_token(request.auth, now=clock.now())
        return Response(status=204)


class Me(APIView):
    """Who the token speaks for."""

    permission_classes = (StaffOnly,)

    @extend_schema(responses=UserAccount)
    def get(self, request: Request) -> Response:
        return Response(UserAccount(staff_of(request)).data)
