# One image recipe for every service and the gateway:
#   docker build --build-arg SERVICE=directory --tag junxian/directory .
ARG NODE_VERSION=20.20.2

FROM node:${NODE_VERSION}-bookworm-slim AS build
RUN npm install --global --no-audit --no-fund pnpm@10.34.9
WORKDIR /app
# The lockfile alone decides what is downloaded: this layer stays while only sources change.
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN pnpm fetch
COPY . .
RUN pnpm install --frozen-lockfile --offline \
 && node --eval "import('./infra/tools/build.mjs').then((it) => console.log(it.build()))"
# The package of one service with its production dependencies only.
ARG SERVICE
RUN test -n "${SERVICE}" \
 && pnpm --filter "@junxian/${SERVICE}" deploy --prod --legacy --offline /service \
 && rm -rf /service/src

FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4001 APOLLO_TELEMETRY_DISABLED=true
WORKDIR /service
COPY --from=build /service .
# Where files leave the service; a volume in any deployment.
RUN install --directory --owner=node --group=node /files
# Owned by root and run by another: a process cannot change its own program.
USER node
EXPOSE 4001
HEALTHCHECK --interval=10s --timeout=3s --start-period=120s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))"]
# The flags of infra/node-flags.json, with their reasons in docs/decisions/0018-node-flags.md.
CMD ["node", "--max-old-space-size=384", "--enable-source-maps", "--max-semi-space-size=32", "--no-allocation-site-pretenuring", "dist/main.js"]
