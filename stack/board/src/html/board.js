(()=>{"use strict";
const every=Math.max(5,+document.documentElement.dataset.refresh||30)*1e3;
const at=id=>document.getElementById(id);
let good=Date.now(),busy=false;
const swap=(id,doc)=>{const old=at(id),now=doc.getElementById(id);
if(!old||!now||old.innerHTML===now.innerHTML)return;
const focus=old.contains(document.activeElement)?document.activeElement.getAttribute("href"):null;
old.replaceChildren(...now.childNodes);
if(focus!==null)for(const a of old.querySelectorAll("a"))if(a.getAttribute("href")===focus){a.focus({preventScroll:true});break;}};
const age=why=>{const s=Math.round((Date.now()-good)/1e3),p=at("age");if(p){p.hidden=!why;p.textContent=why?"No answer for "+s+" s: "+why+". The rows are as they were.":"";}};
const load=async()=>{if(busy)return;busy=true;try{
const r=await fetch(location.href,{cache:"no-store",signal:AbortSignal.timeout(Math.max(every,2e4))});
if(!r.ok)throw new Error("HTTP "+r.status);
const doc=new DOMParser().parseFromString(await r.text(),"text/html");
if(!doc.getElementById("board"))throw new Error("no board in the answer");
const s=getSelection();
if(!s||s.isCollapsed){document.title=doc.title;for(const id of ["counts","about","board"])swap(id,doc);
const old=at("old");if(old)old.replaceWith(old.cloneNode(true));}
good=Date.now();age("");}catch(e){age(e.message);}finally{busy=false;}};
setInterval(load,every);
document.addEventListener("visibilitychange",()=>{if(!document.hidden)load();});
document.addEventListener("keydown",e=>{const q=at("q");
if(e.key==="/"&&q&&document.activeElement!==q&&!e.ctrlKey&&!e.metaKey&&!e.altKey){e.preventDefault();q.focus();}});
})();
