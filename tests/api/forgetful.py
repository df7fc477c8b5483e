"""Addresses with an endpoint that was written without saying who may open it, under the product's own API's lock."""

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI, Router

from hsl.api import api

router = Router()


@router.api_operation(["GET", "POST"], "/forgotten")
def forgotten(request: HttpRequest) -> str:
    """What nobody may see."""
    return "open"


forgetful = NinjaAPI(urls_namespace="forgetful", docs_url=None, auth=api.auth, parser=api.parser)
forgetful.add_router("", router)
urlpatterns = [path("api/", forgetful.urls)]
