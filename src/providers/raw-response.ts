/** Lets an SDK build and send a request but hands its answer over untouched, refusals included. */

/**
 * `perform` calls the SDK with the fetch it is given and resolves with the raw response. A refusal never reaches the SDK's
 * own error handling, which would keep only part of the provider's words. Redirects are not followed: keys stay where they belong.
 */
export async function rawResponse(
  platformFetch: typeof fetch,
  perform: (fetch: typeof globalThis.fetch) => Promise<Response>,
): Promise<Response> {
  let refused: Response | undefined;
  let failure: unknown;
  const capture: typeof fetch = async (input, init) => {
    const response = await platformFetch(input, { ...init, redirect: 'manual' }).catch((thrown) => {
      failure = thrown;
      throw thrown;
    });
    if (response.ok) return response;
    refused = response;
    throw new Error(`refused with HTTP ${response.status}`);
  };
  try {
    return await perform(capture);
  } catch (thrown) {
    if (refused) return refused;
    // The SDKs turn a connection that timed out into an error of their own that names no cause.
    throw failure ?? thrown;
  }
}
