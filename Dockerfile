# Ecotone without root rights. Build: docker build -t ecotone .
FROM python:3.13.7-slim-trixie AS build
COPY requirements.lock pyproject.toml README.md LICENSE /source/
COPY landscapes /source/landscapes
COPY src /source/src
RUN python -m venv /opt/ecotone \
    && /opt/ecotone/bin/pip install --no-cache-dir --require-hashes -r /source/requirements.lock \
    && /opt/ecotone/bin/pip install --no-cache-dir --no-deps /source

FROM python:3.13.7-slim-trixie
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git openssh-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 ecotone \
    && mkdir /data && chown ecotone /data
COPY --from=build /opt/ecotone /opt/ecotone
ENV PATH=/opt/ecotone/bin:$PATH
USER ecotone
WORKDIR /data
VOLUME /data
ENTRYPOINT ["ecotone"]
