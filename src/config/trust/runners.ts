/** What starts something else, and the files of a project that tell it what: one row for each kind. */

/**
 * `fetches`: it may load programs of elsewhere. `builds`: it makes programs of what lies in the folder, whatever the files are called.
 * `isRare`: it counts where a server is started with it; in texts its name is a word like others.
 */
export type Runner = { names: RegExp; files: readonly string[]; fetches?: true; builds?: true; isRare?: true };

/** Programs that run what their arguments name, and find nothing more in the folder by themselves than their rows say. */
export const INTERPRETERS =
  /^(sh|bash|dash|zsh|ksh|fish|exec|env|node|nodejs|tsx|ts-node|python[\d.]*|ruby|perl[\d.]*|php[\d.]*|lua|Rscript|osascript|pwsh|java)$/;

export const RUNNERS: readonly Runner[] = [
  {
    names: /^(npm|pnpm|yarn|bun|npx|pnpx|bunx|corepack)$/,
    files: ['package.json', '.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmfile.cjs', 'pnpm-workspace.yaml', 'bunfig.toml'],
    fetches: true,
  },
  { names: /^--run$/, files: ['package.json'] },
  {
    names: /^(tsx|ts-node(-dev|-esm)?|@swc-node|babel-node|vite-node|jiti)$/,
    files: ['tsconfig.json', 'jsconfig.json', '.swcrc', '.babelrc', 'babel.config.js', 'vite.config.ts', 'vite.config.js'],
  },
  { names: /^deno$/, files: ['deno.json', 'deno.jsonc'], fetches: true },
  {
    names: /^(uv|uvx|pipx|poetry|pdm|hatch|pipenv|rye)$/,
    files: ['pyproject.toml', 'uv.toml', '.python-version', 'Pipfile', 'setup.py'],
    fetches: true,
  },
  { names: /^g?make$/, files: ['GNUmakefile', 'makefile', 'Makefile'], builds: true },
  {
    names: /^(just|task|go-task|rake|invoke|nox|tox)$/,
    files: ['justfile', 'Justfile', '.justfile', 'Taskfile.yml', 'Rakefile', 'tasks.py', 'noxfile.py', 'tox.ini'],
  },
  {
    names: /^(docker|podman|docker-compose)$/,
    files: ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml', 'Dockerfile'],
    fetches: true,
    builds: true,
  },
  {
    names: /^cargo$/,
    files: ['Cargo.toml', 'build.rs', '.cargo/config.toml', '.cargo/config', 'rust-toolchain.toml', 'rust-toolchain'],
    fetches: true,
    builds: true,
  },
  { names: /^go$/, files: ['go.mod', 'go.work'], fetches: true, builds: true },
  {
    names: /^mvnw?$/,
    files: ['pom.xml', '.mvn/maven.config', '.mvn/jvm.config', '.mvn/extensions.xml'],
    fetches: true,
    builds: true,
    isRare: true,
  },
  {
    names: /^gradlew?$/,
    files: [
      'build.gradle',
      'build.gradle.kts',
      'settings.gradle',
      'settings.gradle.kts',
      'gradle.properties',
      'gradle/wrapper/gradle-wrapper.jar',
    ],
    fetches: true,
    builds: true,
    isRare: true,
  },
  {
    names: /^(sbt|mill|lein|clj|clojure)$/,
    files: ['build.sbt', 'project/plugins.sbt', 'build.mill', 'build.sc', 'project.clj', 'deps.edn'],
    fetches: true,
    builds: true,
    isRare: true,
  },
  { names: /^(mix|elixir|iex)$/, files: ['mix.exs', '.iex.exs'], fetches: true, builds: true, isRare: true },
  {
    names: /^(dotnet|msbuild)$/,
    files: ['global.json', 'Directory.Build.props', 'Directory.Build.targets', 'nuget.config'],
    fetches: true,
    builds: true,
    isRare: true,
  },
  {
    names: /^(swift|zig|cmake|meson|ninja|bazel|bazelisk|stack|cabal|flutter|dart)$/,
    files: ['Package.swift', 'build.zig', 'CMakeLists.txt', 'meson.build', 'build.ninja', 'MODULE.bazel', 'WORKSPACE', '.bazelrc'],
    fetches: true,
    builds: true,
    isRare: true,
  },
  {
    names: /^(nix|nix-shell|nix-build|devenv|devbox)$/,
    files: ['flake.nix', 'shell.nix', 'default.nix', 'devenv.nix', 'devbox.json'],
    fetches: true,
    builds: true,
    isRare: true,
  },
  { names: /^composer$/, files: ['composer.json'], fetches: true, isRare: true },
  { names: /^(pixi|conda|mamba|micromamba)$/, files: ['pixi.toml', 'environment.yml', '.condarc'], fetches: true, isRare: true },
  { names: /^--experimental-default-config-file$/, files: ['node.config.json'] },
  { names: /^(ruby|bundle|bundler)$/, files: ['Gemfile', '.bundle/config'] },
  { names: /^(mise|asdf|direnv)$/, files: ['mise.toml', '.mise.toml', '.tool-versions', '.envrc'] },
];
