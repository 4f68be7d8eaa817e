import * as cdktf from "cdktf";
import * as cdktn from "cdktn";
import * as forCdktf from "../../provider/cdktf/cdktf.ts";
import * as forCdktn from "../../provider/cdktf/cdktn.ts";

/** Both libraries with their constructs. What cdktn has is typed as cdktf's: that it fits is what tests show. */
export const LIBRARIES = {
  cdktf: { ...cdktf, ...forCdktf },
  cdktn: { ...cdktn, ...forCdktn } as unknown as typeof cdktf & typeof forCdktf,
};
export type Both = (typeof LIBRARIES)["cdktf"];
