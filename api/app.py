"""The app, built from settings by whoever runs it: no app at import, so tests and processes each have their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import (
    accounts,
    advice,
    alerts,
    board,
    brands,
    calibrations,
    cases,
    certificate_files,
    chain,
    claims,
    dead_letters,
    device_care,
    device_imports,
    devices,
    diary,
    diary_page,
    doubts,
    epcis,
    epcis_queries,
    epcis_sockets,
    fields,
    harvests,
    health,
    home,
    irrigation,
    labels,
    layers,
    light,
    light_water,
    lots,
    notifications,
    packing,
    papers,
    parties,
    passport,
    places,
    problems,
    products,
    provisioning,
    publications,
    recall_cases,
    recall_pages,
    recalls,
    replies,
    reports,
    resolver,
    resolver_links,
    rules,
    scans,
    serial_batches,
    session,
    shipments,
    silences,
    tamper_log,
    trace,
    units,
    warnings,
    water_sources,
)
from api.deps import CONNECTIONS, PAGES_AT_ONCE, House
from api.growing_memory import GrowingMemory
from api.metrics import Metrics
from api.pages import Pages
from api.scan_desk import ScanDesk
from api.socket_places import LOOKS_AT_ONCE
from nongso import store
from nongso.commands.database import database_url
from nongso.settings import Settings
from nongso.store import passport_facts

SPARE_CONNECTIONS = 4  # for sign-ins and what is written after an answer, which take no connection by dependency

ROUTERS = (
    passport.router,
    health.router,
    session.router,
    accounts.router,
    home.router,
    light.router,
    light_water.router,
    fields.router,
    advice.router,
    alerts.router,
    rules.router,
    silences.router,
    notifications.router,
    replies.router,
    warnings.router,
    board.router,
    places.router,
    devices.router,
    device_care.router,
    device_imports.router,
    claims.router,
    provisioning.router,
    calibrations.router,
    doubts.router,
    dead_letters.router,
    parties.router,
    brands.router,
    products.router,
    harvests.router,
    diary.router,
    diary_page.router,
    irrigation.router,
    water_sources.router,
    lots.router,
    chain.router,
    packing.router,
    units.router,
    shipments.router,
    papers.router,
    certificate_files.router,
    publications.router,
    labels.router,
    serial_batches.router,
    cases.router,
    reports.router,
    recalls.router,
    recall_cases.router,
    recall_pages.router,
    scans.router,
    epcis_queries.router,
    epcis_sockets.router,
    epcis.router,
    trace.router,
    tamper_log.router,
    resolver_links.router,
    resolver.plain_router,
    resolver.compressed_router,  # the last: it looks at every single word at the root
)


def create_app(settings: Settings, pool: store.Pool | None = None) -> FastAPI:
    """The whole API over `pool`; without one, over a pool of its own that waits for the database instead of dying."""
    own_pool = pool is None
    pool = pool or open_pool(settings)
    house = House(settings, pool, Pages(settings), Metrics(), GrowingMemory(), ScanDesk(pool))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if own_pool:
            pool.close()

    app = FastAPI(
        title="Nông Số",
        version=version("nong-so"),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page takes scripts from a foreign host
        redoc_url=None,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # nobody collects it; asking costs each request
        dependencies=[Depends(layers.refuse_forged)],
    )
    app.state.house = house
    problems.install(app)
    app.router.routes.extend(passport.PAGES)  # first: a buyer waits for them, and every route before costs a comparison
    for router in ROUTERS:
        app.include_router(router)
    # The last one added is the outermost.
    app.add_middleware(problems.Unexpected)
    app.add_middleware(layers.BodyLimit)
    app.add_middleware(GZipMiddleware, minimum_size=500)
    app.add_middleware(layers.Counting, metrics=house.metrics)
    app.add_middleware(layers.SecurityHeaders)
    return app


def open_pool(settings: Settings) -> store.Pool:
    size = CONNECTIONS + PAGES_AT_ONCE + LOOKS_AT_ONCE + SPARE_CONNECTIONS
    ready = PAGES_AT_ONCE + 1  # and one for the scans that are written behind them
    return store.open_pool(
        database_url(settings), size, ready=ready, keeps_plans=True, rehearse=passport_facts.rehearse
    )
