// The engine beside the page, so that typing never waits for it.
import { answering, fetched } from "./search-engine.js";

const take = answering(fetched, (message) => postMessage(message));
onmessage = ({ data }) => take(data);
