import { EcgBatch } from "./ecg-batch.js";
import { recordNames } from "./records.js";
import { steps } from "./steps.js";
const which=process.argv[2].split(","); const passes=Number(process.argv[3]);
const names=(await recordNames('/tmp/gen')).slice(0,64);
const mb=(x:number)=>(x/1e6).toFixed(0);
let b:any=EcgBatch.from(names); for(const s of steps) b=await s.run(b,'/tmp/gen');
const out:string[]=[];
for(let k=0;k<=passes;k++){
  if(which[0]==='load'){b.dispose(); b=await (EcgBatch.from(names) as any).load({dir:'/tmp/gen'});}
  else for(const s of steps) if(which.includes(s.name)) b=await s.run(b,'/tmp/gen');
  if(k%(passes/8)===0){(globalThis as any).gc(); out.push(mb(process.memoryUsage().rss)+'/'+mb(b.data.signal.values.buffer.byteLength));}
}
console.log(which.join(), out.join(' '));
process.exit(0)
