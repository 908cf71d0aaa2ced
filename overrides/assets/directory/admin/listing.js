// The list of the repository's files. The program asks GitHub for all of them at once; GitHub cuts that answer off at
// 7 MB, which is about what a repository with every state's entries takes, and the program would not notice. Here the
// same question is asked folder by folder, for the states of the screen only: a few requests, and nothing is missing.
// (GitHub's documentation, REST API, "Get a tree").

const WHOLE = /\/git\/trees\/([^/?]+)\?recursive=1$/;
const PATH = ["data", "resources"];

/** `fetch`, but for the question for all files, which is asked for the named states. */
export function narrowed(fetch, states) {
  return async (input, init) => {
    const address = typeof input === "string" ? input : (input.url ?? input.href);
    if (!WHOLE.test(address)) return fetch(input, init);
    const [base, name] = [address.slice(0, address.lastIndexOf("/") + 1), address.match(WHOLE)[1]];
    const ask = async (tree) => {
      const answer = await fetch(base + tree, input instanceof Request ? { headers: input.headers } : init);
      if (!answer.ok) throw answer;
      const found = await answer.json();
      if (found.truncated) throw new Error("GitHub has cut off a list of files. Nothing can be edited.");
      return found.tree;
    };
    try {
      return Response.json({ tree: await filesOf(ask, name, states), truncated: false });
    } catch (error) {
      if (error instanceof Response) return error;
      throw error;
    }
  };
}

async function filesOf(ask, name, states) {
  let tree = await ask(name);
  for (const part of PATH) {
    const folder = tree.find(({ path, type }) => path === part && type === "tree");
    if (!folder) return [];
    tree = await ask(folder.sha);
  }
  const wanted = tree.filter(({ path, type }) => type === "tree" && states.includes(path));
  const lists = await Promise.all(
    wanted.map(async ({ path, sha }) => {
      const start = [...PATH, path, ""].join("/");
      return (await ask(`${sha}?recursive=1`)).map((file) => ({ ...file, path: start + file.path }));
    }),
  );
  return lists.flat();
}
