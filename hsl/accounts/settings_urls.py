"""Addresses of this room's pages of Настройки."""

from django.urls import path

from hsl.accounts import settings_views as views

urlpatterns = [
    path("operators/", views.operator_list, name="operators"),
    path("operators/new/", views.add_operator, name="add_operator"),
    path("operators/<int:operator_id>/role/", views.change_role, name="change_role"),
    path("operators/<int:operator_id>/off/", views.switch_off, name="switch_off_operator"),
    path("operators/<int:operator_id>/on/", views.switch_on, name="switch_on_operator"),
    path("operators/<int:operator_id>/password/", views.new_password, name="new_password"),
    path("api-keys/", views.key_list, name="api_keys"),
    path("api-keys/new/", views.add_key, name="add_key"),
    path("api-keys/<int:key_id>/revoke/", views.revoke_key, name="revoke_key"),
    path("record/", views.record, name="record"),
]
