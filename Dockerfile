FROM python:3.12-slim
COPY . /src
RUN pip install --no-cache-dir /src && rm -rf /src && useradd --create-home recon
USER recon
WORKDIR /ledgers
ENTRYPOINT ["recon"]
CMD ["--help"]
